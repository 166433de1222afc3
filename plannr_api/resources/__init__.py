"""What Plannr stores, one module for each kind of thing: the calls that read and write it.

Owns: the paths of Plannr's API, their parameters, and how a list is read page by page.
Ask it through: the resources of `Plannr`, such as `plannr.cases`; what else is public is exported by plannr_api.
Keeps to itself: paging.
May import: session, decoding, arguments, errors, models.
"""

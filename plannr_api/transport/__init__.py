"""One call over HTTP: signed, within a deadline, counted, and told as an answer or as an error.

Owns: connections, retries, deadlines, the token in use, the rate, which status is which error.
Ask it through: sender; calls and auth for what goes in and comes out, rate for what Plannr said of it.
Keeps to itself: deadline, error_mapping.
May import: decoding, errors. Alone in knowing requests and urllib3.
"""

"""One call over HTTP: signed, within a deadline, counted, and returned as an answer or raised as an error.

Owns: connections, retries, deadlines, the token in use, the rate, which status is which error.
Ask it through: sender; calls and auth for what goes in and comes out, rate for the requests that are left.
Keeps to itself: deadline, error_mapping.
May import: decoding, errors. Alone in knowing requests and urllib3.
"""

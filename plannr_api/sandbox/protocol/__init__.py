"""What goes over the socket: requests read, answers written, refusals and objects as JSON.

Owns: the format of everything that Plannr answers.
Ask it through: http, errors, serializers.
May import: state.
"""

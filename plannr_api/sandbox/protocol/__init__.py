"""What goes over the socket: requests read, answers written, refusals and objects as JSON.

Owns: the shape of everything that Plannr says.
Ask it through: http, errors, serializers.
May import: state.
"""

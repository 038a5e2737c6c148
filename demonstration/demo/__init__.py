"""The demonstration: 36 invented months for all 514 regencies, the same on every machine, and its users.

Pure arithmetic (`window`, `shares`, `areas`, `stories`, `potentials`, `history`, `groups`, `routine`) knows no
database; `guard`, `accounts`, `loading`, `targets` write.
"""

"""The demonstration: 36 invented months for all 514 regencies, the same on every machine, and its users.

`window`, `shares`, `areas`, `scenario`, `potentials`, `history`, `groups` and `routine` compute without a database;
`guard`, `accounts`, `loading` and `targets` use it.
"""

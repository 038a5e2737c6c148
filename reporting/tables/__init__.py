"""Tables on django-tables2: `columns` has a class per kind of value, `table` the table itself, `exports` its files."""

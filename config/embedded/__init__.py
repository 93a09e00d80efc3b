"""The embedded PostgreSQL: a database engine that starts its server when it finds none.

`launcher` is called in every process that connects; `keeper` is the one process that owns the server and stops it when
nobody uses it any more; `base` is the Django engine, which is why settings name this package as `ENGINE`.
"""

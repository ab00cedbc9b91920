"""What every part stands on and what knows nothing about vaccination: database, SQL, events, ids, time, errors, secrets."""

#!/bin/sh
# Run once by the postgres image, on an empty database: the role the application signs in as. It owns nothing here;
# what it may read and write is granted by the migrations.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$APP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE guankou_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SQL

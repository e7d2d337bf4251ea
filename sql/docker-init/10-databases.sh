#!/bin/sh
# Run once by the postgres image, on an empty volume: the two databases of docker-compose.yml, each with an owner of its
# own. CREATEROLE is for the migrations, which make the read-only role `analyst`.
set -eu

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=wirewatch_password="$WIREWATCH_PASSWORD" --set=prefect_password="$PREFECT_PASSWORD" <<'SQL'
CREATE ROLE wirewatch LOGIN CREATEROLE PASSWORD :'wirewatch_password';
CREATE DATABASE wirewatch OWNER wirewatch;
CREATE ROLE prefect LOGIN PASSWORD :'prefect_password';
CREATE DATABASE prefect OWNER prefect;
SQL

# Sourced: makes sure that a PostgreSQL 15 answers on this machine and announces it to the suites.
# Where root has Debian's programs a cluster of our own is started. Else one that runs is used, or Debian's is installed (as root).

announce_postgres() {
  local port=5432
  if { [ "$(id -u)" = 0 ] && [ -x /usr/lib/postgresql/15/bin/initdb ]; } || ! pg_answers "$port"; then
    # One for each run: who ends first stops no other's.
    port=$((15432 + $$ % 10000))
    start_own_postgres "$port"
  fi
  export STEELYARD_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:${port}/postgres"
  echo "PostgreSQL for the suites: ${STEELYARD_TEST_POSTGRES_URL}"
}

pg_answers() {
  command -v psql > /dev/null && psql -w -h 127.0.0.1 -p "$1" -U postgres -d postgres -Atc 'select 1' > /dev/null 2>&1
}

start_own_postgres() {
  local port=$1 dir
  if [ ! -x /usr/lib/postgresql/15/bin/initdb ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-15 > /dev/null
  fi
  dir=$(mktemp -d /tmp/steelyard-pg15.XXXXXX)
  chown postgres "$dir"
  runuser -u postgres -- /usr/lib/postgresql/15/bin/initdb -A trust -E UTF8 --locale=C --no-sync "$dir/data" > /dev/null
  # Its data is thrown away: nothing is flushed to the disk, which every commit and every dropped database would wait for.
  runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D "$dir/data" -o "-p $port -k $dir -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" -l "$dir/log" -w start > /dev/null
  # shellcheck disable=SC2064
  trap "runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D '$dir/data' -m immediate stop > /dev/null; rm -rf '$dir'" EXIT
}

announce_postgres

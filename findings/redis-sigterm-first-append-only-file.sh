#!/usr/bin/env bash
# Redis 7.0.15 (Debian 12): a SIGTERM that comes while the first append-only file is written is refused, and forgotten.
#
# `CONFIG SET appendonly yes` at run time starts a child that writes the first append-only file. A SIGTERM meanwhile does not end
# the server: it logs "Writing initial AOF, can't exit." and goes on. When the file is complete, the server still does not end; a
# second SIGTERM ends it at once. Who stops Redis just after turning the append-only file on has to look at
# aof_rewrite_in_progress in INFO persistence first, or to send the signal again.
#
# Seen on 2026-11-30:  first SIGTERM: "Writing initial AOF, can't exit", alive 3 s after the file is complete; second: ended
#
# Exit code: 0 it is still so, 1 it has changed, 77 the package is gone. Needs a Debian 12 archive in apt.
set -euo pipefail
gone() { echo "$*"; exit 77; }
folder=$(mktemp -d)
server=
finish() { [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true; rm -rf "$folder"; }
trap finish EXIT
cd "$folder"
version=$(apt-cache madison redis-server redis-tools | sed -n 's/^ *redis-tools | \(5:7\.0\.15[^ ]*\) .*/\1/p' | head -1)
[ -n "$version" ] || gone "apt has no redis-tools 7.0.15"
packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances redis-tools | grep -E '^(redis-tools|libjemalloc2|liblua5\.1-0|liblzf1|libhiredis.*)$')
apt-get download "redis-tools=$version" $(grep -v '^redis-tools$' <<<"$packages") >/dev/null 2>&1 || gone "the packages cannot be downloaded"
for package in *.deb; do dpkg-deb -x "$package" root; done
program=$(find root -name redis-check-rdb | head -1) # the server under another name
ln "$(readlink -f "$program")" root/redis-server
export LD_LIBRARY_PATH=$folder/$(dirname "$(find root -name 'libjemalloc.so.2' | sed "s|^|./|" | head -1)")
cli() { root/usr/bin/redis-cli -s "$folder/redis.sock" "$@"; }
writing() { cli INFO persistence | grep -q aof_rewrite_in_progress:1; }

# A delay for each key, so that writing the file takes a while: 20,000 keys of 100 microseconds.
root/redis-server --port 0 --unixsocket "$folder/redis.sock" --dir "$folder" --save "" --rdb-key-save-delay 100 >log 2>&1 &
server=$!
until cli PING >/dev/null 2>&1; do kill -0 "$server" || gone "Redis does not start: $(tail -1 log)"; sleep 0.1; done
cli DEBUG POPULATE 20000 >/dev/null 2>&1 || cli EVAL 'for i = 1, 20000 do redis.call("SET", "k" .. i, i) end' 0 >/dev/null
cli CONFIG SET appendonly yes >/dev/null
writing || gone "the file was written before it could be looked at"
kill -TERM "$server"
while writing; do sleep 0.1; done
sleep 3
refused=$(grep -c "Writing initial AOF, can't exit" log || true)
kill -0 "$server" 2>/dev/null && after=alive || after=ended
echo "first SIGTERM: refused $refused times, $after 3 s after the file is complete"
[ "$refused" -gt 0 ] && [ $after = alive ] || exit 1
kill -TERM "$server"
for _ in $(seq 100); do kill -0 "$server" 2>/dev/null || { echo "second SIGTERM: ended"; server=; exit 0; }; sleep 0.1; done
echo "second SIGTERM: refused too"
exit 1

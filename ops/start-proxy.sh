#!/bin/sh
# Fills the servers' place in the proxy's configuration and starts it; SERVERS is one line of HAProxy's.
set -eu
awk -v servers="$SERVERS" '{ if ($1 == "#" && $2 == "SERVERS") print "    " servers; else print }' \
  "$(dirname "$0")/${TEMPLATE:-haproxy.cfg}" > /tmp/haproxy.cfg
printf 'resolvers names\n    nameserver dns %s:53\n    hold valid 2s\n' "${DNS:-127.0.0.11}" >> /tmp/haproxy.cfg
exec haproxy -W -db -f /tmp/haproxy.cfg

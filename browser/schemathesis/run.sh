#!/usr/bin/env bash
# Runs schemathesis over docs/openapi.json against a running node; the one argument is a virtual
# environment that has it. SAFECONDUCT_URL and SAFECONDUCT_TOKEN name the node and a session.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=${1:?the virtual environment that holds schemathesis}
url=${SAFECONDUCT_URL:?the address of a running node, such as http://127.0.0.1:7601}
token=${SAFECONDUCT_TOKEN:?a token of POST /api/v1/session at that node}

# Signing out would end the session of all other requests, and guesses at passphrases lock the
# door, so sessions have their own tests. A name or an act that nobody knows is refused although
# the document permits its form: positive data need not be accepted.
exec "$venv/bin/schemathesis" run docs/openapi.json \
  --url "$url" \
  --header "Authorization: Bearer $token" \
  --exclude-path /api/v1/session \
  --phases examples,coverage,fuzzing \
  --checks all \
  --exclude-checks positive_data_acceptance,missing_required_header,ignored_auth \
  --max-examples "${SAFECONDUCT_EXAMPLES:-30}" \
  --seed "${SAFECONDUCT_SEED:-1}" \
  --request-timeout 30 \
  --workers 1

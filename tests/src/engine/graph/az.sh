#!/usr/bin/env bash
# Stands in for the Azure CLI: `az rest` by curl. What the Azure CLI does not know is an error here too.
set -euo pipefail
[ "${1:-}" = rest ] || { echo "az: only rest is known" >&2; exit 2; }
shift
method=GET url='' body='' headers=() signs=yes
while [ $# -gt 0 ]; do
  case $1 in
    --method | -m) method=$2; shift 2 ;;
    --url | --uri | -u) url=$2; shift 2 ;;
    --body | -b) body=$2; shift 2 ;;
    --output | -o) shift 2 ;;
    --skip-authorization-header) signs=no; shift ;;
    --headers)
      shift
      while [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; do
        case $1 in
          @*) while IFS= read -r line; do headers+=(-H "$line"); done < <(jq -r 'to_entries[] | "\(.key): \(.value)"' "${1#@}") ;;
          *) headers+=(-H "${1%%=*}: ${1#*=}") ;;
        esac
        shift
      done
      ;;
    *) echo "az rest: unrecognized arguments: $1" >&2; exit 2 ;;
  esac
done
[ "$signs" = no ] || { echo "az: Please run 'az login' to setup account." >&2; exit 1; }
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
status=$(curl -sS -g -o "$answer" -w '%{http_code}' -X "$method" "${headers[@]}" ${body:+--data-binary "$body"} "$url")
case $status in
  2*) cat "$answer" ;;
  *) { echo "ERROR: HTTP $status"; cat "$answer"; } >&2; exit 1 ;;
esac

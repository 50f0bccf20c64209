#!/bin/sh
# install.sh PACKAGE...: installs the Debian packages that are missing, saying which. Quiet when none is.
missing=
for package in "$@"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
echo "watchdesk: installing from Debian:$missing"
sudo=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "watchdesk: not root and no sudo. Have an administrator run: apt-get install$missing" >&2
        exit 1
    }
    sudo=sudo
fi
$sudo apt-get update -qq || exit 1
# shellcheck disable=SC2086 # a list of words on purpose
exec $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
    install -y -qq --no-install-recommends $missing >/dev/null

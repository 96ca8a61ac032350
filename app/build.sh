# Sourced by app/run and tests/run: installs what is missing and builds a preset. Each step says what it does, and a step
# that has nothing to do says that too, so that running it again is harmless and quick.

say() { printf '\n== %s\n' "$*"; }

# install_missing LIST…: installs the packages of the lists that are not installed yet; asks for sudo only then.
install_missing() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "Not a Debian system: install what these name, then run again with packages in place: $*"
        return 0
    fi
    local wanted missing
    wanted=$(sed 's/#.*//' "$@" | awk 'NF')
    missing=$(for package in $wanted; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
    done)
    if [ -z "$missing" ]; then
        say "Packages: all $(echo "$wanted" | wc -l) are installed"
        return 0
    fi
    say "Packages: installing" $missing
    local as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || {
            echo "These packages are missing and this is not root, nor is there sudo. As root: apt-get install $(echo $missing)" >&2
            return 1
        }
        as_root="sudo"
    fi
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
}

# build_preset ROOT PRESET [CMAKE OPTION…]: configures and builds, with a line about how long it took.
build_preset() {
    local root=$1 preset=$2 started=$SECONDS
    shift 2
    say "Configuring ($preset)"
    (cd "$root" && cmake --preset "$preset" "$@" | tail -n 3)
    say "Building ($preset, $(nproc) at a time; a first build takes some minutes)"
    (cd "$root" && cmake --build --preset "$preset")
    echo "Built in $((SECONDS - started)) s"
}

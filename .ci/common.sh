# What ./run and ./test share; they source it in the project's folder.

say() { echo "==> $*" >&2; }

# The packages of the groups named that this machine hasn't got.
missing_packages() {
  local installed package command
  installed=$(dpkg-query --show --showformat '${db:Status-Status}:${Package}\n')
  while read -r package command; do
    if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
    [[ $'\n'$installed$'\n' == *$'\n'"installed:$package"$'\n'* ]] || echo "$package"
  done < <(awk -v groups=" $* " '
    { sub(/#.*/, "") }
    /^\[/ { wanted = index(groups, " " substr($1, 2, length($1) - 2) " "); next }
    NF && wanted' packages.txt)
}

install_packages() {
  local missing as_root=() log=build/packages.log
  command -v dpkg-query >/dev/null || { say "This isn't Debian or Ubuntu: packages.txt says what is needed."; return 1; }
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { say "Please install as root: ${missing[*]}"; return 1; }
    as_root=(sudo)
  fi

  mkdir -p build
  say "Installing missing packages (${#missing[@]}), which can take a few minutes; log: $log"
  "${as_root[@]}" apt-get update -qq >"$log" 2>&1 || true  # a foreign source that is down needn't matter
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}" >>"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    say "Installing failed: ${missing[*]}"
    return 1
  }
}

build_folder() { if [ "$1" = dev ]; then echo build; else echo "build/$1"; fi; }

# build PRESET [TARGET]: configures once; afterwards Ninja sees for itself when CMake must run again.
build() {
  local folder target=${2:-all} log quiet=()
  folder=$(build_folder "$1")
  log=$folder/configure.log
  if [ ! -e "$folder/build.ninja" ]; then
    say "Configuring $folder"
    mkdir -p "$folder"
    cmake --preset "$1" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
  fi
  say "Building $folder"
  [ -t 1 ] || quiet=(--quiet)
  (cd "$folder" && ninja "${quiet[@]}" "$target")
}

# Sourced: makes sure that there is a Chromium on this machine and announces it to the suites.
# One that is there is used; else Debian's is installed (as root). The headless shell, where there is one: the same pages, without a window's own.

announce_chromium() {
  if ! command -v chromium-headless-shell > /dev/null && ! command -v chromium > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-dejavu-core > /dev/null
  fi
  STEELYARD_TEST_CHROMIUM=$(command -v chromium-headless-shell || command -v chromium)
  export STEELYARD_TEST_CHROMIUM
  echo "Chromium for the suites: $("$STEELYARD_TEST_CHROMIUM" --version 2> /dev/null)"
}

announce_chromium

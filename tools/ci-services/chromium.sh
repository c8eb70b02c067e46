# Sourced: makes sure that there is a Chromium on this machine and announces it to the suites.
# One that is there is used; else Debian's is installed (as root).

announce_chromium() {
  if ! command -v chromium > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core > /dev/null
  fi
  STEELYARD_TEST_CHROMIUM=$(command -v chromium)
  export STEELYARD_TEST_CHROMIUM
  echo "Chromium for the suites: $(chromium --version 2> /dev/null)"
}

announce_chromium

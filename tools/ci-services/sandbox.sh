# Sourced: makes sure that bubblewrap is on this machine and announces to the suites that runners have a sandbox.
# One that is there is used; else Debian's is installed (as root).

announce_sandbox() {
  if ! command -v bwrap > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bubblewrap > /dev/null
  fi
  export STEELYARD_TEST_SANDBOX=1
  echo "Sandbox for the suites: $(bwrap --version 2> /dev/null)"
}

announce_sandbox

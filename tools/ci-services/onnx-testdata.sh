# Sourced: makes sure that ONNX's own backend tests are on this machine and announces them to the suites.
# Those that are there are used; else Debian's are installed (as root, 6 MB).

announce_onnx_testdata() {
  local data=/usr/share/libonnx-testdata/data
  if [ ! -d "$data" ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libonnx-testdata > /dev/null
  fi
  export STEELYARD_TEST_ONNX_DATA=$data
  echo "ONNX backend tests for the suites: $(find "$data" -name model.onnx | wc -l) models"
}

announce_onnx_testdata

# How a Job tells what it does, and why it cannot go on. $job, its name, is set by the first line of the text that it runs.
work=${WORK_DIR:-/work}
result_file=${RESULT_FILE:-/dev/termination-log}
mkdir -p "$work"

say() { printf '%s\n' "$*"; }

# Kubernetes keeps the first 4096 bytes of the file; the message is cut so that it stays JSON.
fail() {
  say "FAILED $*"
  printf '{"job":"%s","error":"%s"}\n' "$job" "$(printf %.1500s "$*" | sed 's/\\/\\\\/g; s/"/\\"/g' | tr '\000-\037\177' ' ')" >"$result_file"
  exit 1
}

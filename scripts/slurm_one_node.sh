#!/usr/bin/env bash
# A Slurm cluster of this one machine, without systemd, accounting or anything left behind, for trying
# and testing `sweep --engine slurm`. Debian's slurm-wlm and munge; runs as the user who starts it.
#
#   eval "$(scripts/slurm_one_node.sh start)"    # sets SLURM_CONF, which sbatch and squeue read
#   scripts/slurm_one_node.sh status
#   scripts/slurm_one_node.sh stop
#
# Everything lies in $KAIRO_SLURM_DIR (default: /tmp/kairo_slurm_<uid>), which `stop` removes.
set -euo pipefail
folder=${KAIRO_SLURM_DIR:-${TMPDIR:-/tmp}/kairo_slurm_$(id -u)}
# Debian puts the daemons where only root's PATH looks.
PATH=$PATH:/usr/sbin:/sbin
export SLURM_CONF=$folder/slurm.conf
daemons=(slurmd slurmctld munged)  # in the order in which they are stopped

fail() {
  echo "error: $1" >&2
  exit 1
}

# Asks the system for two ports; the daemons take them a moment later.
free_ports() {
  /usr/bin/python3 - <<'PY'
import socket
sockets = [socket.socket(), socket.socket()]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in sockets))
PY
}

write_config() {
  local host user memory ports
  host=$(hostname -s)
  user=$(id -un)
  read -r -a ports <<<"$(free_ports)"
  memory=$(awk '/^MemTotal:/ {print int($2 / 1024)}' /proc/meminfo)
  cat >"$SLURM_CONF" <<CONF
ClusterName=one_node
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munged.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
KillWait=2
SchedulerParameters=batch_sched_delay=0
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
}

is_alive() { # daemon
  [ -s "$folder/$1.pid" ] && kill -0 "$(cat "$folder/$1.pid")" 2>/dev/null
}

start_munge() {
  head -c 128 /dev/urandom >"$folder/munge.key"
  chmod 600 "$folder/munge.key"
  # --force: this folder may lie below one that others may write to, as /tmp is.
  munged --force --key-file="$folder/munge.key" --socket="$folder/munged.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munged.seed" \
    >"$folder/munged.out" 2>&1 || fail "munged does not start: $(tail -n 1 "$folder/munged.out")"
}

node_is_idle() { sinfo --noheader --format=%T 2>/dev/null | grep -q '^idle'; }

start() {
  for program in munged slurmctld slurmd sbatch; do
    command -v "$program" >/dev/null || fail "$program is missing: scripts/setup.sh installs it"
  done
  if ! is_alive slurmctld; then
    stop
    mkdir -p "$folder/state" "$folder/spool"
    chmod 755 "$folder"
    write_config
    start_munge
    slurmctld -c >"$folder/slurmctld.out" 2>&1 || fail "slurmctld: $(tail -n 1 "$folder/slurmctld.out")"
    slurmd >"$folder/slurmd.out" 2>&1 || fail "slurmd: $(tail -n 1 "$folder/slurmd.out")"
    for _ in $(seq 100); do
      node_is_idle && break
      sleep 0.2
    done
    node_is_idle || fail "the node is not idle after 20 s, see $folder/slurmd.log and slurmctld.log"
  fi
  echo "export SLURM_CONF=$SLURM_CONF"
}

stop() {
  for daemon in "${daemons[@]}"; do
    is_alive "$daemon" || continue
    local pid
    pid=$(cat "$folder/$daemon.pid")
    kill "$pid"
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  done
  rm -rf "$folder"
}

status() {
  for daemon in "${daemons[@]}"; do
    is_alive "$daemon" || fail "$daemon is not running in $folder"
  done
  sinfo
  squeue
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  status) status ;;
  *) fail "usage: scripts/slurm_one_node.sh start|stop|status" ;;
esac

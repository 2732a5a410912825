# The two commands a newcomer needs:
#   make run    install, build, train k10_n1000 until it is solved, draw its dashboard
#   make test   install, build, run every test
# and `make bench` for those who want to know how fast it is here.
.PHONY: all setup configure build programs run test benches bench install format tidy sanitize clean

BUILD := build/release
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
EXPERIMENT ?= k10_n1000

all: build

setup:
	@scripts/setup.sh

configure: setup
	@mkdir -p build
	@cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }

build: configure
	@cmake --build --preset release -j $(JOBS)

programs: configure
	@cmake --build --preset release -j $(JOBS) --target programs

run: programs
	@scripts/run_main_job.sh $(EXPERIMENT)

test: build
	@ctest --test-dir $(BUILD) -j $(JOBS) --output-on-failure

benches: configure
	@cmake -S . -B $(BUILD) -DKAIRO_BENCH=ON >>build/configure.log 2>&1
	@cmake --build --preset release -j $(JOBS) --target benches

bench: benches
	@for bench in $(BUILD)/bin/bench_*; do echo "== $$bench"; $$bench || exit 1; done

install: programs
	@cmake --install $(BUILD) --prefix $(PREFIX)

format:
	@scripts/check_format.sh --fix

tidy:
	@scripts/check_tidy.sh

sanitize: setup
	@scripts/check_sanitizers.sh

clean:
	@rm -rf build

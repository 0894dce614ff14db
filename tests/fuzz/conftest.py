"""How much is tried: a little in `make test`, 20,000 examples of everything in `make fuzz`."""

from hypothesis import HealthCheck, settings

QUICK, SLOW = 60, 20_000

for name, examples in (("quick", QUICK), ("fuzz", SLOW)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,  # a busy machine is no fault
        suppress_health_check=list(HealthCheck),
    )
settings.load_profile("quick")

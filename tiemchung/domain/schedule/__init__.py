"""Vaccination schedules as dated data: which dose counted, which comes next and when, and whether one may be given now."""

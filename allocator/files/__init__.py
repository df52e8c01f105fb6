"""Forces and plans on disk: folders of CSV and workbooks to the domain and back."""

from allocator.files.atomic import write_files
from allocator.files.plan_reading import read_plan
from allocator.files.reading import Reading, read_force, read_with_notices
from allocator.files.writing import write_force

__all__ = ["Reading", "read_force", "read_plan", "read_with_notices", "write_files", "write_force"]

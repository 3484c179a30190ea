namespace Governance.Api.Sandbox.Registry;

/// <summary>
/// Whether a reader's schema can read what a writer's wrote: the Avro specification's "Schema Resolution". Written out here,
/// because the library's own check answers yes or no, and a refusal without its reason helps nobody.
/// </summary>
internal static class AvroResolution
{
    /// <summary>Every reason why not, with its path; empty where it can.</summary>
    /// <exception cref="RegistryFault">There is too much to compare.</exception>
    public static IReadOnlyList<string> Faults(AvroShape reader, AvroShape writer)
    {
        var walk = new Walk();
        walk.Compare(reader, writer, "/");
        return walk.Faults;
    }

    private sealed class Walk
    {
        // A short schema whose types use each other often stands for billions of comparisons, or for a chain of records that no
        // stack is deep enough for.
        private const int MaximumComparisons = 100_000;
        private const int MaximumDepth = 500;

        private readonly HashSet<(AvroShape, AvroShape)> _open = [];
        private int _comparisons;

        public List<string> Faults { get; } = [];

        public void Compare(AvroShape reader, AvroShape writer, string path)
        {
            // A pair that is being compared further up is a record inside itself: it holds if the rest holds.
            if (!_open.Add((reader, writer)))
            {
                return;
            }

            if (++_comparisons > MaximumComparisons || _open.Count > MaximumDepth)
            {
                throw RegistryFault.InvalidSchema(
                    "with every named type written out it is too large or too deep to compare"
                );
            }

            if (writer.Kind is "union")
            {
                foreach (var branch in writer.Items)
                {
                    Compare(reader, branch, path);
                }
            }
            else if (reader.Kind is "union")
            {
                if (!reader.Items.Any(branch => Reads(branch, writer)))
                {
                    Faults.Add($"{path}: the reader's union lacks {Describe(writer)}");
                }
            }
            else
            {
                CompareSingle(reader, writer, path);
            }

            _open.Remove((reader, writer));
        }

        private bool Reads(AvroShape reader, AvroShape writer)
        {
            var before = Faults.Count;
            Compare(reader, writer, "/");
            var reads = Faults.Count == before;
            Faults.RemoveRange(before, Faults.Count - before);
            return reads;
        }

        private void CompareSingle(AvroShape reader, AvroShape writer, string path)
        {
            if (!string.Equals(reader.Kind, writer.Kind, StringComparison.Ordinal))
            {
                if (!Promotes(writer.Kind, reader.Kind))
                {
                    Faults.Add($"{path}: reader has {Describe(reader)}, writer has {Describe(writer)}");
                }

                return;
            }

            if (reader.FullName.Length > 0 && !SameName(reader, writer))
            {
                Faults.Add($"{path}: reader names it {reader.FullName}, writer {writer.FullName}");
                return;
            }

            switch (reader.Kind)
            {
                case "array" or "map":
                    Compare(reader.Items[0], writer.Items[0], $"{path.TrimEnd('/')}/*");
                    break;
                case "fixed" when reader.Size != writer.Size:
                    Faults.Add($"{path}: reader has {reader.Size} bytes, writer {writer.Size}");
                    break;
                case "enum" when !reader.HasDefault:
                    var missing = writer.Symbols.Except(reader.Symbols, StringComparer.Ordinal).ToArray();
                    if (missing.Length > 0)
                    {
                        Faults.Add($"{path}: reader lacks the symbols {string.Join(", ", missing)} and has no default");
                    }

                    break;
                case "record":
                    CompareFields(reader, writer, path);
                    break;
            }
        }

        private void CompareFields(AvroShape reader, AvroShape writer, string path)
        {
            foreach (var field in reader.Fields)
            {
                var inner = $"{path.TrimEnd('/')}/{field.Name}";
                var written = writer.Fields.FirstOrDefault(other => IsNamed(other.Name, field.Name));
                written ??= writer.Fields.FirstOrDefault(other =>
                    field.Aliases.Contains(other.Name, StringComparer.Ordinal)
                );
                if (written is not null)
                {
                    Compare(field.Type, written.Type, inner);
                }
                else if (!field.HasDefault)
                {
                    Faults.Add($"{inner}: the writer lacks this field, and the reader has no default for it");
                }
            }
        }

        private static bool IsNamed(string name, string other) => string.Equals(name, other, StringComparison.Ordinal);

        // By unqualified name, as the specification has it since 1.9; else by alias.
        private static bool SameName(AvroShape reader, AvroShape writer) =>
            IsNamed(reader.Name, writer.Name) || reader.Aliases.Contains(writer.FullName, StringComparer.Ordinal);

        private static bool Promotes(string from, string to) =>
            (from, to)
                is
                    ("int", "long" or "float" or "double")
                    or
                    ("long", "float" or "double")
                    or
                    ("float", "double")
                    or
                    ("string", "bytes")
                    or
                    ("bytes", "string");

        private static string Describe(AvroShape shape) =>
            shape.FullName.Length > 0 ? $"{shape.Kind} {shape.FullName}" : shape.Kind;
    }
}

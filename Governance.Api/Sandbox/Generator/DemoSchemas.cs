using System.Collections.Frozen;
using Avro;

namespace Governance.Api.Sandbox.Generator;

/// <summary>The demo's Avro schemas, one for each topic; a file's name is its topic's.</summary>
internal sealed class DemoSchemas
{
    private readonly FrozenDictionary<string, RecordSchema> _schemas;

    private DemoSchemas(IReadOnlyDictionary<string, string> texts)
    {
        Texts = texts;
        _schemas = texts.ToFrozenDictionary(
            pair => pair.Key,
            pair => (RecordSchema)Schema.Parse(pair.Value),
            StringComparer.Ordinal
        );
    }

    /// <summary>The schemas as written, by topic, in order of topics.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; }

    public RecordSchema this[string topic] => _schemas[topic];

    /// <summary>Reads all schemas of a folder.</summary>
    public static DemoSchemas Load(string folder) =>
        new(
            new SortedDictionary<string, string>(
                Directory
                    .EnumerateFiles(folder, "*.avsc")
                    .ToDictionary(
                        file => Path.GetFileNameWithoutExtension(file),
                        File.ReadAllText,
                        StringComparer.Ordinal
                    ),
                StringComparer.Ordinal
            )
        );

    /// <summary>Reads the schemas that stand beside the program.</summary>
    public static DemoSchemas Load() => Load(Path.Combine(AppContext.BaseDirectory, "demo", "schemas"));
}

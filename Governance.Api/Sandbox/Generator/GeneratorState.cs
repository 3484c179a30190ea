using System.Security.Cryptography;
using System.Text.Json;
using Governance.Api.Configuration;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Microsoft.Extensions.Options;

namespace Governance.Api.Sandbox.Generator;

/// <summary>
/// What the generator has to know of earlier starts. The sandbox's broker is empty at every start, while the warehouse keeps
/// rows and positions. Until all of the history has landed, it is written again under the name that its positions are kept
/// by, record for record; afterwards every start is a log of its own, which holds live events alone.
/// </summary>
internal sealed class GeneratorState
{
    private const string FileName = "generator.json";
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly string _path;
    private Stored _stored;

    public GeneratorState(
        DataDirectory directory,
        IOptions<GeneratorOptions> options,
        IOptions<KafkaOptions> kafka,
        TimeProvider clock
    )
    {
        _path = directory.PathOf(FileName);
        var broker = kafka.Value.BootstrapServers ?? "";
        IsOn = options.Value.Enabled ?? broker.Length == 0;
        var known = Read();
        _stored =
            known is not null && string.Equals(known.Broker, broker, StringComparison.Ordinal)
                ? known
                : new Stored(broker, NewSource(), First(options.Value, clock), false, 0);
        if (IsOn && !_stored.HistoryComplete)
        {
            // On disk before the first record is: a start that is cut short is repeated under the same name.
            Write();
            SourceId = _stored.SourceId;
        }
        else
        {
            SourceId = NewSource();
        }
    }

    /// <summary>Whether events are made.</summary>
    public bool IsOn { get; }

    /// <summary>The name of this start's log, where the sandbox's broker holds it.</summary>
    public string SourceId { get; }

    /// <summary>What the history is made of: as at the first start, whatever is configured since.</summary>
    public DemoSettings History => _stored.History;

    /// <summary>Whether the history has landed and is never written again.</summary>
    public bool HistoryComplete => _stored.HistoryComplete;

    public void CompleteHistory()
    {
        _stored = _stored with { HistoryComplete = true };
        Write();
    }

    /// <summary>Counts up the live session, so that none is told twice.</summary>
    public int BeginSession()
    {
        _stored = _stored with { Sessions = _stored.Sessions + 1 };
        Write();
        return _stored.Sessions;
    }

    private static string NewSource() => "sandbox-" + RandomNumberGenerator.GetHexString(12, lowercase: true);

    private static DemoSettings First(GeneratorOptions options, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var hour = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        return new DemoSettings(options.Seed, options.Customers, options.HistoryDays, hour);
    }

    private Stored? Read() =>
        File.Exists(_path) ? JsonSerializer.Deserialize<Stored>(File.ReadAllText(_path), Format) : null;

    private void Write() => SecretFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(_stored, Format));

    private sealed record Stored(
        string Broker,
        string SourceId,
        DemoSettings History,
        bool HistoryComplete,
        int Sessions
    );
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Files;

namespace Governance.Api.Commands;

/// <summary>Counts what became of each record; writes the numbers of those that cannot be masked. Holds no value.</summary>
/// <param name="rejects">Receives a line for each of them; or <see langword="null"/>.</param>
internal sealed class MaskReport(Stream? rejects) : IFileMaskingObserver
{
    private readonly Dictionary<string, Rejects> _byCode = new(StringComparer.Ordinal);
    private readonly StreamWriter? _lines = rejects is null ? null : new StreamWriter(rejects, new UTF8Encoding(false));
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Bytes of the input that were read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Records that were masked and written.</summary>
    public long Masked { get; private set; }

    /// <summary>Records of people who were erased.</summary>
    public long Suppressed { get; private set; }

    /// <summary>Records that cannot be masked.</summary>
    public long Rejected { get; private set; }

    /// <summary>Records a second.</summary>
    public double Rate => (Masked + Suppressed + Rejected) / Math.Max(_watch.Elapsed.TotalSeconds, 0.001);

    /// <summary>Counts, duration and speed in a line.</summary>
    public string Summary =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"masked    {Masked} of {Masked + Suppressed + Rejected} records in {_watch.Elapsed.TotalSeconds:0.0} s, {Rate:0} a second"
        );

    public void OnBatch(long bytesRead, int masked)
    {
        BytesRead = bytesRead;
        Masked += masked;
    }

    public void OnLeftOut(long record, RecordFault fault)
    {
        if (string.Equals(fault.Code, EventFaults.Suppressed, StringComparison.Ordinal))
        {
            Suppressed++;
            return;
        }

        Rejected++;
        _lines?.Write(string.Create(CultureInfo.InvariantCulture, $"{record}\t{fault.Code}\n"));
        if (!_byCode.TryGetValue(fault.Code, out var known))
        {
            _byCode[fault.Code] = known = new Rejects(fault.Reason);
        }

        known.Add(record);
    }

    /// <summary>What cannot be masked, by code: how many, the first of them, and the first one's reason.</summary>
    public IEnumerable<(string Code, long Count, IReadOnlyList<long> First, string Reason)> RejectsByCode() =>
        _byCode
            .OrderByDescending(pair => pair.Value.Count)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key, pair.Value.Count, pair.Value.First, pair.Value.Reason));

    /// <summary>Writes what is not written yet.</summary>
    public async Task FinishAsync()
    {
        _watch.Stop();
        if (_lines is not null)
        {
            await _lines.FlushAsync();
        }
    }

    private sealed class Rejects(string reason)
    {
        private readonly List<long> _first = [];

        public long Count { get; private set; }

        public IReadOnlyList<long> First => _first;

        public string Reason => reason;

        public void Add(long record)
        {
            Count++;
            if (_first.Count < 5)
            {
                _first.Add(record);
            }
        }
    }
}

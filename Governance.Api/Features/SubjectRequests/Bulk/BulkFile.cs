using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Governance.Api.Http;

namespace Governance.Api.Features.SubjectRequests.Bulk;

/// <summary>Reads a submission as RFC 4180 has it: UTF-8, commas, a header that names the columns in any order.</summary>
internal sealed class BulkFile : IDisposable
{
    private static readonly string[] s_required = ["type", "subject", "domain", "value"];
    private static readonly string[] s_optional = ["receivedAt", "channel", "reference"];
    private readonly CsvParser _parser;
    private readonly StreamReader _reader;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private bool _isBad;

    public BulkFile(byte[] content)
    {
        _reader = new StreamReader(
            new MemoryStream(content, writable: false),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
        );
        _parser = new CsvParser(
            _reader,
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Mode = CsvMode.RFC4180,
                Delimiter = ",",
                IgnoreBlankLines = true,
                BadDataFound = _ => _isBad = true,
                MaxFieldSize = 4096,
            }
        );
    }

    /// <summary>Reads the header.</summary>
    /// <returns>What is wrong with it; <see langword="null"/> where it is well.</returns>
    public Failure? ReadHeader()
    {
        List<Fault> faults = [];
        try
        {
            if (!_parser.Read())
            {
                return Failed([new Fault("file", "empty", "The file is empty.")]);
            }
        }
        catch (Exception exception) when (exception is DecoderFallbackException or CsvHelperException)
        {
            return Failed([NotText]);
        }

        for (var index = 0; index < _parser.Count; index++)
        {
            var name = _parser[index].Trim();
            var known = s_required
                .Concat(s_optional)
                .FirstOrDefault(column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase));
            if (known is null || !_columns.TryAdd(known, index))
            {
                // Not named: a file without a header has a person's data there.
                faults.Add(
                    new Fault(
                        string.Create(CultureInfo.InvariantCulture, $"column {index + 1}"),
                        known is null ? "unknown_column" : "repeated_column",
                        $"The first line names the columns, each once: {string.Join(", ", s_required.Concat(s_optional))}."
                    )
                );
            }
        }

        faults.AddRange(
            s_required
                .Where(column => !_columns.ContainsKey(column))
                .Select(column => new Fault(column, "missing_column", "The file must have this column."))
        );
        return faults.Count == 0 ? null : Failed(faults);
    }

    /// <summary>The lines behind the header, in order. After one that cannot be read nothing follows.</summary>
    public IEnumerable<BulkLine> Lines()
    {
        while (true)
        {
            BulkLine? line;
            try
            {
                _isBad = false;
                line = _parser.Read() ? Line() : null;
            }
            catch (Exception exception) when (exception is DecoderFallbackException or CsvHelperException)
            {
                line = new BulkLine { Number = _parser.RawRow, Fault = NotText };
            }

            if (line is null)
            {
                yield break;
            }

            yield return line;
            if (ReferenceEquals(line.Fault, NotText))
            {
                yield break;
            }
        }
    }

    public void Dispose()
    {
        _parser.Dispose();
        _reader.Dispose();
    }

    private static Fault NotText { get; } =
        new(
            "file",
            "unreadable",
            "From here on the file cannot be read: it is not UTF-8, or a field has more than 4,096 characters, or a quotation mark is not closed. Nothing behind this line was submitted."
        );

    private BulkLine Line() =>
        new()
        {
            Number = _parser.RawRow,
            Type = Field("type") ?? "",
            Subject = Field("subject") ?? "",
            Domain = Field("domain") ?? "",
            Value = _columns["value"] < _parser.Count ? _parser[_columns["value"]] : "",
            ReceivedAt = Field("receivedAt"),
            Channel = Field("channel"),
            Reference = Field("reference"),
            Fault =
                _isBad
                    ? new Fault(
                        "line",
                        "malformed",
                        "A field has a quotation mark inside: quote it whole, and double the mark."
                    )
                : _parser.Count > _columns.Values.Max() && _parser.Count <= _columns.Count ? null
                : new Fault("line", "wrong_count", "The line has not as many fields as the header."),
        };

    private string? Field(string column) =>
        _columns.TryGetValue(column, out var index)
        && index < _parser.Count
        && _parser[index].Trim() is { Length: > 0 } text
            ? text
            : null;

    private static Failure Failed(IReadOnlyList<Fault> faults) =>
        Failure.Invalid(
            "bad_file",
            "The file cannot be read as subject requests; nothing was submitted.",
            "Send text/csv with the columns type, subject, domain, value and, if wanted, receivedAt, channel, reference.",
            faults
        );
}

/// <summary>One line. A class, since its text form must not show the value.</summary>
internal sealed class BulkLine
{
    /// <summary>Its number in the file; the header is 1.</summary>
    public int Number { get; init; }

    public string Type { get; init; } = "";

    public string Subject { get; init; } = "";

    public string Domain { get; init; } = "";

    public string Value { get; init; } = "";

    public string? ReceivedAt { get; init; }

    public string? Channel { get; init; }

    /// <summary>Lines of one reference, one after the other, are the claims of one request.</summary>
    public string? Reference { get; init; }

    /// <summary>Why it cannot be used.</summary>
    public Fault? Fault { get; init; }

    /// <summary>Whether it says the same as another of all but the claim.</summary>
    public bool Agrees(BulkLine other) =>
        Type == other.Type && Subject == other.Subject && ReceivedAt == other.ReceivedAt && Channel == other.Channel;
}

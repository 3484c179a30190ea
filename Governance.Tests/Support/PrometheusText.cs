using System.Globalization;
using System.Text.RegularExpressions;

namespace Governance.Tests.Support;

/// <summary>
/// Prometheus' text format, to the letter: each family's lines stand together under one TYPE, each sample has a legal name, labels and value, and no
/// series stands there twice. See <see href="https://prometheus.io/docs/instrumenting/exposition_formats/">its description</see>.
/// </summary>
internal static partial class PrometheusText
{
    private static readonly string[] s_types = ["counter", "gauge", "histogram", "summary", "untyped"];

    /// <summary>Fails where a line is not as it should be.</summary>
    public static void Check(string text)
    {
        text.Should().EndWith("\n").And.NotContain("\r");
        var series = new HashSet<string>(StringComparer.Ordinal);
        var families = new HashSet<string>(StringComparer.Ordinal);
        var (family, type) = ("", "");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Type.Match(line) is { Success: true } head)
            {
                (family, type) = (head.Groups["name"].Value, head.Groups["type"].Value);
                families.Add(family).Should().BeTrue("the lines of {0} stand together", family);
                s_types.Should().Contain(type, line);
            }
            else if (!line.StartsWith('#'))
            {
                var sample = Sample.Match(line);
                sample.Success.Should().BeTrue("it is a sample: {0}", line);
                var name = sample.Groups["name"].Value;
                var suffix = name.StartsWith(family, StringComparison.Ordinal) ? name[family.Length..] : "?";
                (type is "histogram" ? new[] { "_bucket", "_sum", "_count" } : [""])
                    .Should()
                    .Contain(suffix, "{0} is of {1}, a {2}", line, family, type);
                series.Add(name + sample.Groups["labels"].Value).Should().BeTrue("it stands there once: {0}", line);
                var value = sample.Groups["value"].Value;
                (
                    value is "NaN" or "+Inf" or "-Inf"
                    || double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                )
                    .Should()
                    .BeTrue(line);
            }
        }

        families.Should().NotBeEmpty();
    }

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>\w+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Type { get; }

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"(,|(?=\})))*\})? (?<value>\S+)( -?[0-9]+)?$""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Sample { get; }
}

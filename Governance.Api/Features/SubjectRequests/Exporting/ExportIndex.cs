using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>The page that an archive is read by: what GDPR Art. 15(1) has the person told, and what the files hold.</summary>
internal static class ExportIndex
{
    /// <summary>Writes it, as HTML that asks nothing of the network.</summary>
    public static string Write(
        SubjectRequest request,
        DateTimeOffset writtenAt,
        IReadOnlyList<OpenedTable> tables,
        IReadOnlyList<DataUse> uses
    )
    {
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Your data</title>
            <style>
            body {"{"} font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b {"}"}
            table {"{"} border-collapse: collapse; width: 100% {"}"}
            th, td {"{"} border: 1px solid #767676; padding: .3rem .6rem; text-align: left; vertical-align: top {"}"}
            </style>
            </head>
            <body>
            <main>
            <h1>The data that we hold of you</h1>
            <p>Request {request.Id}, received on {request.ReceivedAt:yyyy-MM-dd}; this copy was made on {writtenAt:yyyy-MM-dd HH:mm} UTC.
            Each table is there twice: as JSON and as CSV, in the folder <code>data</code>.</p>

            """
        );
        Summary(page, tables);
        foreach (var table in tables)
        {
            Table(page, table, [.. uses.Where(use => use.Dataset == table.Dataset.Name)]);
        }

        page.Append(Rights);
        page.Append("</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    /// <summary>How a column is given, in words.</summary>
    public static string Words(OpenedColumn column) =>
        column.Giving switch
        {
            Giving.Plain => "as it is kept, plain",
            Giving.Opened => "kept masked; opened for you",
            Giving.OpenedInPart => "kept masked; opened where that was still possible, otherwise as it is kept",
            Giving.AsKept =>
                $"only kept in this form ({column.Column.Masking!.Method}); nobody can turn it back, neither can we",
            Giving.LeftOut => "left out: it points at another person, who is protected too (Art. 15(4))",
            _ => "left out: made by us, not provided by you (Art. 20(1))",
        };

    private static void Summary(StringBuilder page, IReadOnlyList<OpenedTable> tables)
    {
        page.Append("<h2>Tables</h2>\n<table>\n<tr><th>Table</th><th>Rows of yours</th><th>What it is</th></tr>\n");
        foreach (var table in tables)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td><a href=\"#{Text(table.Dataset.Name)}\">{Text(table.Dataset.Name)}</a></td><td>{table.Rows.Count}</td><td>{Text(table.Dataset.Description)}</td></tr>\n"
            );
        }

        page.Append("</table>\n");
    }

    private static void Table(StringBuilder page, OpenedTable table, IReadOnlyList<DataUse> uses)
    {
        var dataset = table.Dataset;
        var categories = dataset
            .AllColumns()
            .Select(column => column.PrivacyCategory)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var purposes = uses.Select(use => use.Purpose).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var recipients = uses.SelectMany(use => use.Recipients)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <h2 id="{Text(dataset.Name)}">{Text(dataset.Name)}</h2>
            <p>{Text(dataset.Description)}</p>
            <dl>
            <dt>Purposes for which it was opened to people (a)</dt><dd>{List(purposes, "none so far")}</dd>
            <dt>Categories of data (b)</dt><dd>{List(categories, "none")}</dd>
            <dt>Recipients (c)</dt><dd>{List(
                recipients,
                "nobody outside the team that keeps it"
            )}; kept by the team {Text(dataset.OwnerTeam)}</dd>
            <dt>How long it is kept (d)</dt><dd>{Text(Kept(dataset))}</dd>
            <dt>Where it comes from (g)</dt><dd>the records of our system {Text(dataset.Topic)}, contract {Text(
                dataset.ContractId
            )}</dd>
            </dl>

            """
        );
        page.Append("<table>\n<tr><th>Column</th><th>What it is</th><th>How it is given</th></tr>\n");
        foreach (var column in table.Columns)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{Text(column.Column.Path)}</td><td>{Text(column.Column.Description)}</td><td>{Text(Words(column))}</td></tr>\n"
            );
        }

        page.Append("</table>\n");
        if (table.Undescribed.Count > 0)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<p>Not given, since no contract says what it is: {Text(string.Join(", ", table.Undescribed))}.</p>\n"
            );
        }
    }

    private static string Kept(Dataset dataset) =>
        (dataset.Retention, dataset.OnErasure) switch
        {
            (_, { Action: ErasureAction.Retain, Period: { } period } rule) =>
                $"{Period(period)}, because the law asks for it: {rule.LegalBasis}",
            ({ } period, _) => Period(period),
            _ => "until you ask for its erasure, or your contract with us ends",
        };

    private static string Period(RetentionPeriod period) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{period.Value} {period.Unit switch { "d" => "days", "m" => "months", "y" => "years", var other => other }}"
        );

    private static string List(IEnumerable<string> items, string none) =>
        string.Join(", ", items) is { Length: > 0 } list ? Text(list) : none;

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private const string Rights = """
        <h2>Your rights</h2>
        <ul>
        <li>to have what is wrong put right (Art. 16);</li>
        <li>to have data erased (Art. 17), where no law makes us keep it;</li>
        <li>to have its processing restricted (Art. 18);</li>
        <li>to get what you provided in a form that machines read (Art. 20);</li>
        <li>to object to what we do with it (Art. 21);</li>
        <li>to complain to a supervisory authority (Art. 77).</li>
        </ul>

        """;
}

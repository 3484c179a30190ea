using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Governance.Policies.Rego.Evaluation;

namespace Governance.Policies.Rego;

/// <summary>Results in the form of <c>opa eval --format=json</c>.</summary>
public static class QueryResultText
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary><c>{"result": [{"expressions": [...], "bindings": {...}}]}</c>, or <c>{}</c> where there is no solution.</summary>
    public static string Write(IReadOnlyList<QueryResult> results) =>
        Write(writer =>
        {
            if (results.Count == 0)
            {
                return;
            }

            writer.WriteStartArray("result");
            foreach (var result in results)
            {
                Write(writer, result);
            }

            writer.WriteEndArray();
        });

    /// <summary>The faults of what could not be loaded.</summary>
    public static string Write(PolicyLoadException exception) =>
        Write(writer =>
        {
            writer.WriteStartArray("errors");
            foreach (var fault in exception.Faults)
            {
                Write(writer, fault.Code, fault.Message, fault.File, fault.Line, fault.Column);
            }

            writer.WriteEndArray();
        });

    /// <summary>Why there is no answer.</summary>
    public static string Write(EvaluationException exception) =>
        Write(writer =>
        {
            writer.WriteStartArray("errors");
            Write(writer, exception.Code, exception.Message, exception.File, exception.Line, exception.At.Column);
            writer.WriteEndArray();
        });

    private static string Write(Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            writer.WriteStartObject();
            body(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, QueryResult result)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("expressions");
        foreach (var (text, value) in result.Expressions)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("value");
            writer.WriteRawValue(value.ToJson());
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (result.Bindings.Count > 0)
        {
            writer.WriteStartObject("bindings");
            foreach (var (name, value) in result.Bindings.OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value.ToJson());
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string code, string message, string file, int line, int column)
    {
        writer.WriteStartObject();
        writer.WriteString("code", code);
        writer.WriteString("message", message);
        writer.WriteStartObject("location");
        writer.WriteString("file", file);
        writer.WriteNumber("row", line);
        writer.WriteNumber("col", column);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

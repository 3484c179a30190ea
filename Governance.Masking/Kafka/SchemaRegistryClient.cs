using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Governance.Masking.Kafka;

/// <summary>
/// The four calls of Confluent's schema registry API that masking needs.
/// See <see href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">its reference</see>.
/// </summary>
public sealed class SchemaRegistryClient : ISchemaRegistry
{
    private const string ContentType = "application/vnd.schemaregistry.v1+json";
    private readonly ConcurrentDictionary<int, string> _schemas = new();
    private readonly HttpClient _http;

    /// <summary>Makes a client over an HTTP client whose base address, authentication and time-out are set.</summary>
    /// <param name="http">Its base address may hold a path.</param>
    /// <exception cref="ArgumentException">It has no base address.</exception>
    public SchemaRegistryClient(HttpClient http)
    {
        var address = http.BaseAddress ?? throw new ArgumentException("The client needs a base address.", nameof(http));
        if (!address.AbsolutePath.EndsWith('/'))
        {
            // Without the slash, a relative address would replace the last segment of the path.
            http.BaseAddress = new UriBuilder(address) { Path = address.AbsolutePath + "/" }.Uri;
        }

        _http = http;
    }

    /// <summary>Makes a client by options.</summary>
    /// <exception cref="ArgumentException">They name no absolute address.</exception>
    public static SchemaRegistryClient Create(SchemaRegistryOptions options)
    {
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var address))
        {
            throw new ArgumentException(
                $"Set {SchemaRegistryOptions.SectionName}:Url to the registry's address.",
                nameof(options)
            );
        }

        var http = new HttpClient { BaseAddress = address, Timeout = options.Timeout };
        http.DefaultRequestHeaders.Authorization = Authorization(options);
        return new SchemaRegistryClient(http);
    }

    /// <inheritdoc/>
    public async ValueTask<string> GetSchemaAsync(int id, CancellationToken cancellationToken)
    {
        if (_schemas.TryGetValue(id, out var known))
        {
            return known;
        }

        using var answer = await CallAsync(
            HttpMethod.Get,
            string.Create(CultureInfo.InvariantCulture, $"schemas/ids/{id}"),
            null,
            cancellationToken
        );
        var schema = Read(answer, static root => AvroText(root));
        return _schemas.GetOrAdd(id, schema);
    }

    /// <inheritdoc/>
    public async Task<RegisteredSchema> GetLatestAsync(string subject, CancellationToken cancellationToken)
    {
        var path = $"subjects/{Uri.EscapeDataString(subject)}/versions/latest";
        using var answer = await CallAsync(HttpMethod.Get, path, null, cancellationToken);
        return Read(answer, Registered);
    }

    /// <inheritdoc/>
    public async Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        var path = $"subjects/{Uri.EscapeDataString(subject)}/versions";
        using var answer = await CallAsync(HttpMethod.Post, path, schema, cancellationToken);
        return Read(answer, static root => root.GetProperty("id").GetInt32());
    }

    /// <inheritdoc/>
    public async Task<RegisteredSchema?> LookUpAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        try
        {
            var path = $"subjects/{Uri.EscapeDataString(subject)}";
            using var answer = await CallAsync(HttpMethod.Post, path, schema, cancellationToken);
            return Read(answer, Registered);
        }
        catch (SchemaRegistryException exception) when (exception.Failure == SchemaRegistryFailure.NotFound)
        {
            return null;
        }
    }

    private static AuthenticationHeaderValue? Authorization(SchemaRegistryOptions options)
    {
        if (options.BearerToken is not null)
        {
            return new AuthenticationHeaderValue("Bearer", options.BearerToken);
        }

        return options.Username is null
            ? null
            : new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}"))
            );
    }

    private static RegisteredSchema Registered(JsonElement root) =>
        new(
            root.GetProperty("subject").GetString()!,
            root.GetProperty("version").GetInt32(),
            root.GetProperty("id").GetInt32(),
            AvroText(root)
        );

    private static string AvroText(JsonElement root)
    {
        // The type is left out for Avro. A schema of another kind must never be taken for one, and asking again will not make
        // it one: to whoever wants an Avro schema there is none.
        if (root.TryGetProperty("schemaType", out var type) && type.GetString() is { } name and not "AVRO")
        {
            throw new SchemaRegistryException(
                SchemaRegistryFailure.NotFound,
                0,
                $"The schema is of type {name}; only AVRO is read here."
            );
        }

        return root.GetProperty("schema").GetString()!;
    }

    private static T Read<T>(JsonDocument answer, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer.RootElement);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException)
        {
            throw Away("It answered something that is not a schema registry's. Check its address and path.", exception);
        }
    }

    private static SchemaRegistryException Away(string why, Exception? inner = null) =>
        new(SchemaRegistryFailure.Unavailable, 0, $"The schema registry is away. {why}", inner);

    private async Task<JsonDocument> CallAsync(
        HttpMethod method,
        string path,
        string? schema,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(ContentType));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.9));
        if (schema is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { schema }));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode ? JsonDocument.Parse(body) : throw Refusal(response.StatusCode, body);
        }
        catch (HttpRequestException exception)
        {
            throw Away("Check that it runs and its address.", exception);
        }
        catch (JsonException exception)
        {
            throw Away("Its answer is not JSON. Check its address and path.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Away("It did not answer in time.", exception);
        }
    }

    private static SchemaRegistryException Refusal(HttpStatusCode status, byte[] body)
    {
        var (code, message) = Error(status, body);
        var failure = status switch
        {
            // A 404 without the registry's own code comes from something else at that address.
            HttpStatusCode.NotFound when code is 40401 or 40402 or 40403 => SchemaRegistryFailure.NotFound,
            HttpStatusCode.NotFound => SchemaRegistryFailure.Unavailable,
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => SchemaRegistryFailure.Unavailable,
            >= HttpStatusCode.InternalServerError => SchemaRegistryFailure.Unavailable,
            _ => SchemaRegistryFailure.Refused,
        };
        return new SchemaRegistryException(failure, code, $"The schema registry answered {code}: {message}");
    }

    private static (int Code, string Message) Error(HttpStatusCode status, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return (root.GetProperty("error_code").GetInt32(), root.GetProperty("message").GetString() ?? "");
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ((int)status, "no reason given");
        }
    }
}

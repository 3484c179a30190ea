using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Governance.Tests.Support;

/// <summary>
/// TLS in front of a broker that has none. What the broker says of its own port is changed to this one's, so that clients come through here
/// with all that they ask, and not for the first question alone.
/// </summary>
internal sealed class TlsBroker : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2? _clients;
    private readonly Func<SaslPlain>? _sasl;
    private readonly IPEndPoint _behind;
    private readonly byte[] _said;
    private readonly byte[] _instead;
    private readonly Task _run;
    private int _handshakes;
    private int _refused;

    /// <summary>Starts it.</summary>
    /// <param name="bootstrapServers">The broker behind it: host and port.</param>
    /// <param name="certificate">What it shows; owned.</param>
    /// <param name="clientAuthority">Who signed clients' certificates, where it asks for one; owned.</param>
    /// <param name="sasl">What asks each connection for user and password, where something does.</param>
    public TlsBroker(
        string bootstrapServers,
        X509Certificate2 certificate,
        X509Certificate2? clientAuthority = null,
        Func<SaslPlain>? sasl = null
    )
    {
        (_certificate, _clients, _sasl) = (certificate, clientAuthority, sasl);
        var parts = bootstrapServers.Split(':');
        var port = int.Parse(parts[1], CultureInfo.InvariantCulture);
        _behind = new IPEndPoint(IPAddress.Loopback, port);
        _listener.Start();
        BootstrapServers = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _said = Address(parts[0], port);
        _instead = Address(parts[0], ((IPEndPoint)_listener.LocalEndpoint).Port);
        _run = Task.Run(AcceptAsync);
    }

    public string BootstrapServers { get; }

    /// <summary>How many clients came in.</summary>
    public int Handshakes => Volatile.Read(ref _handshakes);

    /// <summary>How many connections came to nothing.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _run;
        _stop.Dispose();
        _certificate.Dispose();
        _clients?.Dispose();
    }

    private static byte[] Address(string host, int port)
    {
        byte[] address = [.. Encoding.ASCII.GetBytes(host), 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(address.AsSpan(host.Length), port);
        return address;
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            using (var broker = new TcpClient())
            await using (var outside = new SslStream(client.GetStream()))
            {
                try
                {
                    await outside.AuthenticateAsServerAsync(Options(), _stop.Token);
                }
                catch (Exception exception) when (exception is AuthenticationException or IOException)
                {
                    Interlocked.Increment(ref _refused);
                    return;
                }

                await broker.ConnectAsync(_behind, _stop.Token);
                await using var inside = broker.GetStream();
                Interlocked.Increment(ref _handshakes);
                var sasl = _sasl?.Invoke();
                using var turn = new SemaphoreSlim(1, 1);
                await await Task.WhenAny(
                    AnswerAsync(inside, outside, sasl, turn),
                    AskAsync(outside, inside, sasl, turn)
                );
            }
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A side has gone.
        }
    }

    private SslServerAuthenticationOptions Options() =>
        new()
        {
            ServerCertificate = _certificate,
            ClientCertificateRequired = _clients is not null,
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (_clients is null)
                {
                    return true;
                }

                if (certificate is null || chain is null)
                {
                    return false;
                }

                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                chain.ChainPolicy.CustomTrustStore.Add(_clients);
                return chain.Build(new X509Certificate2(certificate));
            },
        };

    /// <summary>Copies questions, but those that are answered here.</summary>
    private async Task AskAsync(Stream client, Stream broker, SaslPlain? sasl, SemaphoreSlim turn)
    {
        while (true)
        {
            var question = await ReadAsync(client);
            if (sasl is null || sasl.Passes(question, out var answer))
            {
                await WriteAsync(broker, question);
            }
            else
            {
                await WriteInTurnAsync(client, answer, turn);
            }
        }
    }

    /// <summary>Copies answers, and puts this port where the broker says its own.</summary>
    private async Task AnswerAsync(Stream broker, Stream client, SaslPlain? sasl, SemaphoreSlim turn)
    {
        while (true)
        {
            var answer = await ReadAsync(broker);
            answer = sasl?.Lengthen(answer) ?? answer;
            for (var at = 0; answer.AsSpan(at).IndexOf(_said) is >= 0 and var found; at += found + _said.Length)
            {
                _instead.CopyTo(answer, at + found);
            }

            await WriteInTurnAsync(client, answer, turn);
        }
    }

    // Each has its length in front.
    private async Task<byte[]> ReadAsync(Stream from)
    {
        var length = new byte[sizeof(int)];
        await from.ReadExactlyAsync(length, _stop.Token);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await from.ReadExactlyAsync(message, _stop.Token);
        return message;
    }

    private async Task WriteInTurnAsync(Stream to, byte[] message, SemaphoreSlim turn)
    {
        await turn.WaitAsync(_stop.Token);
        try
        {
            await WriteAsync(to, message);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task WriteAsync(Stream to, byte[] message)
    {
        var framed = new byte[sizeof(int) + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, message.Length);
        message.CopyTo(framed, sizeof(int));
        await to.WriteAsync(framed, _stop.Token);
        await to.FlushAsync(_stop.Token);
    }
}

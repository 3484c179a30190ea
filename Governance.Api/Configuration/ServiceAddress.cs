using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Governance.Api.Configuration;

/// <summary>Where the service can be reached from its own machine; known once it listens.</summary>
internal sealed class ServiceAddress(IServer server)
{
    /// <summary>The base address, ending in a slash.</summary>
    /// <exception cref="InvalidOperationException">The service does not listen yet.</exception>
    public Uri Base
    {
        get
        {
            var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            var address =
                addresses.FirstOrDefault(text => text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
                ?? addresses.FirstOrDefault()
                ?? throw new InvalidOperationException("The service does not listen yet.");
            var binding = BindingAddress.Parse(address);
            var host = binding.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : binding.Host;
            return new UriBuilder(binding.Scheme, host, binding.Port, "/").Uri;
        }
    }
}

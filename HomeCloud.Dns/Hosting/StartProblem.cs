using System.Net.Sockets;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Registry;
using Microsoft.Extensions.Options;

namespace HomeCloud.Dns.Hosting;

/// <summary>What keeps a server from starting and is no bug: said in lines for a person, without a stack trace.</summary>
public static class StartProblem
{
    /// <returns>Null for a bug.</returns>
    public static IReadOnlyList<string>? Describe(Exception exception) => exception switch
    {
        OptionsValidationException options => [.. options.Failures],
        ListenException or RegistryUnavailableException => [exception.Message],
        UnauthorizedAccessException => [$"{exception.Message} Give this user the right to it, or name another place with --data-dir"],
        IOException => [$"{exception.Message} Is the disk full or read-only? Another place is named with --data-dir"],
        SocketException => [exception.Message],
        _ => null,
    };
}

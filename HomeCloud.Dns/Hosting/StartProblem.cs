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
        UnauthorizedAccessException => [$"{exception.Message} Give this user access, or set another directory with --data-dir"],
        IOException => [$"{exception.Message} Check whether the disk is full or read-only, or set another directory with --data-dir"],
        SocketException => [exception.Message],
        _ => null,
    };
}

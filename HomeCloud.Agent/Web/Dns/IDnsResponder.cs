using System.Net;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>Answers DNS messages: the DNS server of this process. Not among the services where there is none.</summary>
public interface IDnsResponder
{
    /// <param name="query">A whole message, at most 65,535 octets.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="local">The address of ours that was asked; null when nobody knows.</param>
    /// <param name="cancellation">The client is gone.</param>
    /// <returns>The answer, of the same id; empty when there is none.</returns>
    ValueTask<ReadOnlyMemory<byte>> AnswerAsync(ReadOnlyMemory<byte> query, IPAddress client, IPAddress? local, CancellationToken cancellation);
}

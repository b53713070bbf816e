using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Dns.Transport.Listening;

/// <summary>The server cannot listen where it was told to. The message is one line for a person, with the fix.</summary>
public sealed class ListenException : Exception
{
    public ListenException(string message)
        : base(message)
    {
    }

    public ListenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ListenException()
    {
    }
}

/// <summary>A socket could not be bound. Put into words only when they are read: who holds a port takes a look at every process.</summary>
internal sealed class BindException(IPEndPoint local, ProtocolType protocol, SocketException cause) : Exception(cause.Message, cause)
{
    /// <summary>Whether time may mend it: the address comes with a cable, the port with the end of another program.</summary>
    public bool MayPass => Error is SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable;

    public SocketError Error { get; } = cause.SocketErrorCode;

    public string Describe() => BindProblem.Describe(local, protocol, (SocketException)InnerException!);
}

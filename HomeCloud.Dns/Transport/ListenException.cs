namespace HomeCloud.Dns.Transport;

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

namespace HomeCloud.Dns.Transport.Native;

/// <summary>The errno values that change what we do, as on every 64-bit Linux.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;
    public const int NoBuffers = 105;
}

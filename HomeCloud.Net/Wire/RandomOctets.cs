using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace HomeCloud.Net.Wire;

/// <summary>
/// Octets that nobody can predict, from the kernel's generator (random(4)) where there is one. System.Security.Cryptography
/// would do too, but loads OpenSSL: a server that speaks no TLS starts faster and stays smaller without.
/// </summary>
public static class RandomOctets
{
    private const string Kernel = "/dev/urandom";

    private static readonly SafeFileHandle? Device = File.Exists(Kernel) ? File.OpenHandle(Kernel) : null;

    public static byte[] Get(int count)
    {
        var octets = new byte[count];
        Fill(octets);
        return octets;
    }

    public static void Fill(Span<byte> octets)
    {
        if (Device is null)
        {
            RandomNumberGenerator.Fill(octets);
            return;
        }

        while (!octets.IsEmpty)
        {
            var read = RandomAccess.Read(Device, octets, 0);
            if (read == 0)
                throw new IOException($"{Kernel} is not a random device");
            octets = octets[read..];
        }
    }
}

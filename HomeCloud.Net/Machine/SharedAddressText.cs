using System.Net;

namespace HomeCloud.Net.Machine;

/// <summary>How a DNS server tells in <c>check.home</c> whether its machine holds an address that machines share; the doctor reads it.</summary>
public static class SharedAddressText
{
    public static string Of(IPAddress address, bool isHeld) => $"shared address {address}: {(isHeld ? "held here" : "not held here")}";

    /// <returns>Null when nothing is said of this address.</returns>
    public static bool? Read(string text, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains(Of(address, true), StringComparison.Ordinal) ? true
            : text.Contains(Of(address, false), StringComparison.Ordinal) ? false
            : null;
    }
}

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>Which certificates an upstream may show: the system's authorities, and those of <see cref="ForwardingOptions.UpstreamCaFile"/>. There is no way to turn the check off.</summary>
internal sealed class CertificateTrust : IDisposable
{
    private readonly X509Certificate2Collection _extra = [];

    /// <exception cref="System.Security.Cryptography.CryptographicException">The file holds no certificate.</exception>
    public CertificateTrust(string? caFile)
    {
        if (caFile is not null) _extra.ImportFromPemFile(caFile);
    }

    public SslClientAuthenticationOptions For(string name, params SslApplicationProtocol[] protocols) => new()
    {
        TargetHost = name,
        ApplicationProtocols = [.. protocols],
        RemoteCertificateValidationCallback = Check,
    };

    public void Dispose()
    {
        foreach (var certificate in _extra) certificate.Dispose();
    }

    private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || _extra.Count == 0 || certificate is not X509Certificate2 leaf) return false;

        using var ours = new X509Chain();
        ours.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        ours.ChainPolicy.CustomTrustStore.AddRange(_extra);
        ours.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            foreach (var element in chain.ChainElements) ours.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return ours.Build(leaf);
    }
}

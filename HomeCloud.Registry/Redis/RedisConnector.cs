using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>Knows how to reach Redis: password, TLS, timeouts. The one place that configures the client.</summary>
internal sealed class RedisConnector(RegistryOptions options)
{
    public TimeSpan Timeout { get; } = options.RedisTimeout;

    public IReadOnlyList<RedisEndpoint> Endpoints { get; } = Parse(options.Redis!);

    /// <exception cref="IOException">The password file cannot be read.</exception>
    public ConfigurationOptions Configure(RedisEndpoint endpoint)
    {
        var milliseconds = (int)Timeout.TotalMilliseconds;
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = true,
            AllowAdmin = true, // the client counts INFO as administration
            ConnectRetry = 1,
            ConnectTimeout = milliseconds,
            SyncTimeout = milliseconds,
            KeepAlive = 10,
            ClientName = "homecloud",
            Password = Password(),
            // Keys and channels that the client would use for itself lie outside of our hash tag.
            TieBreaker = string.Empty,
            ConfigurationChannel = string.Empty,
        };
        configuration.EndPoints.Add(endpoint.Host, endpoint.Port);
        if (options.RedisTls)
        {
            configuration.Ssl = true;
            configuration.SslHost = endpoint.Host;
            configuration.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            if (options.RedisCaFile is { } file)
                configuration.CertificateValidation += (_, certificate, _, errors) => IsSignedBy(file, certificate, errors);
        }

        return configuration;
    }

    public string Explain(RedisEndpoint endpoint, Exception exception)
    {
        var text = exception is TimeoutException ? $"no answer within {Timeout.TotalSeconds:0.###} s" : exception.Message;
        // The client wraps what matters into advice about its own settings.
        var hint = exception.ToString() switch
        {
            var all when all.Contains("NOAUTH", StringComparison.Ordinal) || all.Contains("WRONGPASS", StringComparison.Ordinal)
                || all.Contains("AuthenticationFailure", StringComparison.Ordinal) || all.Contains("invalid password", StringComparison.OrdinalIgnoreCase)
                => "it refused the password; check --redis-password-file, and --redis-tls",
            var all when all.Contains("UnableToConnect", StringComparison.Ordinal) || all.Contains("not possible to connect", StringComparison.Ordinal)
                => "nothing answers there as Redis does; is it running, is the port right, does it want --redis-tls or a password?",
            _ => text,
        };
        return $"Redis at {endpoint}: {hint}";
    }

    private static RedisEndpoint[] Parse(string text)
    {
        return RedisEndpoints.TryParse(text, out var endpoints, out var problem)
            ? [.. endpoints.Select(endpoint => new RedisEndpoint(endpoint.Host, endpoint.Port))]
            : throw new ArgumentException(problem, nameof(text));
    }

    private static bool IsSignedBy(string file, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        using var presented = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(presented);
    }

    private string? Password() => options.RedisPasswordFile is { } file
        ? File.ReadLines(file).FirstOrDefault()?.Trim()
        : options.RedisPassword;
}

namespace HomeCloud.Net.Wire;

/// <summary>Types and codes in the words that dig prints.</summary>
public static class DnsText
{
    /// <summary>In lower case, as logs and metrics have it.</summary>
    public static string Of(Security security) => security switch
    {
        Security.Secure => "secure",
        Security.Insecure => "insecure",
        Security.Bogus => "bogus",
        Security.Indeterminate => "indeterminate",
        _ => "unchecked",
    };

    public static string Of(RecordType type) => type switch
    {
        RecordType.None => "-",
        _ when Enum.IsDefined(type) => type.ToString().ToUpperInvariant(),
        _ => $"TYPE{(ushort)type}",
    };

    public static string Of(ResponseCode code) => code switch
    {
        ResponseCode.NoError => "NOERROR",
        ResponseCode.FormatError => "FORMERR",
        ResponseCode.ServerFailure => "SERVFAIL",
        ResponseCode.NameError => "NXDOMAIN",
        ResponseCode.NotImplemented => "NOTIMP",
        ResponseCode.Refused => "REFUSED",
        ResponseCode.NameExists => "YXDOMAIN",
        ResponseCode.RecordSetExists => "YXRRSET",
        ResponseCode.RecordSetMissing => "NXRRSET",
        ResponseCode.NotAuthoritative => "NOTAUTH",
        ResponseCode.NotInZone => "NOTZONE",
        ResponseCode.BadVersion => "BADVERS",
        ResponseCode.BadCookie => "BADCOOKIE",
        _ => $"RCODE{(ushort)code}",
    };
}

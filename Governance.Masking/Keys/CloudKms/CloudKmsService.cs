using Google.Apis.Discovery;
using Google.Apis.Requests;
using Google.Apis.Services;

namespace Governance.Masking.Keys.CloudKms;

/// <summary>Cloud KMS on Google's client runtime.</summary>
internal sealed class CloudKmsService(BaseClientService.Initializer initializer) : BaseClientService(initializer)
{
    public override string Name => "cloudkms";

    public override string BaseUri => BaseUriOverride ?? "https://cloudkms.googleapis.com/";

    public override string BasePath => "";

    public override IList<string> Features => [];
}

/// <summary>A call of a key's method.</summary>
internal sealed class CloudKmsRequest<TAnswer> : ClientServiceRequest<TAnswer>
{
    private readonly string _method;
    private readonly object _body;

    /// <summary>Makes one.</summary>
    /// <param name="service">Where it goes.</param>
    /// <param name="method"><c>encrypt</c> or <c>decrypt</c>.</param>
    /// <param name="key">The key's resource name.</param>
    /// <param name="body">What is sent.</param>
    public CloudKmsRequest(IClientService service, string method, string key, object body)
        : base(service)
    {
        (_method, Key, _body) = (method, key, body);
        InitParameters();
    }

    /// <summary>The key's resource name, a part of the path.</summary>
    [Google.Apis.Util.RequestParameter("name", Google.Apis.Util.RequestParameterType.Path)]
    public string Key { get; }

    public override string MethodName => _method;

    public override string HttpMethod => "POST";

    public override string RestPath => $"v1/{{+name}}:{_method}";

    protected override object GetBody() => _body;

    protected override void InitParameters()
    {
        base.InitParameters();
        RequestParameters.Add(
            "name",
            new Parameter
            {
                Name = "name",
                IsRequired = true,
                ParameterType = "path",
            }
        );
    }
}

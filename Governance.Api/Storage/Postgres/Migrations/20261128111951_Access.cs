using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Access : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "access_requests",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Requester = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Member = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Roles = table.Column<List<string>>(type: "text[]", nullable: false),
                    Groups = table.Column<List<string>>(type: "text[]", nullable: false),
                    Dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    OwnerTeam = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Purpose = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Columns = table.Column<List<string>>(type: "text[]", nullable: false),
                    Duration = table.Column<long>(type: "bigint", nullable: false),
                    IsBreakGlass = table.Column<bool>(type: "boolean", nullable: false),
                    Justification = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RequestedAt = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    Decision = table.Column<string>(type: "text", nullable: false),
                    Renews = table.Column<Guid>(type: "uuid", nullable: true),
                    GrantId = table.Column<Guid>(type: "uuid", nullable: true),
                    IsReviewOpen = table.Column<bool>(type: "boolean", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_requests", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "grant_findings",
                schema: "governance_state",
                columns: table => new
                {
                    Kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Members = table.Column<int>(type: "integer", nullable: false),
                    FoundAt = table.Column<long>(type: "bigint", nullable: false),
                    GoneAt = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_grant_findings",
                        x => new
                        {
                            x.Kind,
                            x.Dataset,
                            x.Name,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "grants",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Person = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Member = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Roles = table.Column<List<string>>(type: "text[]", nullable: false),
                    Groups = table.Column<List<string>>(type: "text[]", nullable: false),
                    Dataset = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    OwnerTeam = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Purpose = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IsBreakGlass = table.Column<bool>(type: "boolean", nullable: false),
                    Justification = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Granted = table.Column<string>(type: "text", nullable: false),
                    Plan = table.Column<string>(type: "text", nullable: false),
                    GrantedAt = table.Column<long>(type: "bigint", nullable: false),
                    Until = table.Column<long>(type: "bigint", nullable: false),
                    ApprovedBy = table.Column<List<string>>(type: "text[]", nullable: false),
                    Renewals = table.Column<int>(type: "integer", nullable: false),
                    UsedColumns = table.Column<List<string>>(type: "text[]", nullable: false),
                    LastUsedAt = table.Column<long>(type: "bigint", nullable: true),
                    PolicyVersion = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PolicyHash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", nullable: false),
                    ObservedAt = table.Column<long>(type: "bigint", nullable: true),
                    End = table.Column<string>(type: "text", nullable: true),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    EndedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    EndReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ViewName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ViewSql = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RuleName = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RuleSql = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FaultCode = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FaultText = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FaultSince = table.Column<long>(type: "bigint", nullable: true),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<long>(type: "bigint", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_grants", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "access_request_votes",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    Actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IsApproval = table.Column<bool>(type: "boolean", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_request_votes", x => new { x.RequestId, x.Position });
                    table.ForeignKey(
                        name: "FK_access_request_votes_access_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "access_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_access_requests_Requester",
                schema: "governance_state",
                table: "access_requests",
                column: "Requester"
            );

            migrationBuilder.CreateIndex(
                name: "IX_access_requests_State",
                schema: "governance_state",
                table: "access_requests",
                column: "State"
            );

            migrationBuilder.CreateIndex(
                name: "IX_grants_Person_State",
                schema: "governance_state",
                table: "grants",
                columns: new[] { "Person", "State" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_grants_RequestId",
                schema: "governance_state",
                table: "grants",
                column: "RequestId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_grants_State_Until",
                schema: "governance_state",
                table: "grants",
                columns: new[] { "State", "Until" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_grants_ViewName",
                schema: "governance_state",
                table: "grants",
                column: "ViewName",
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "access_request_votes", schema: "governance_state");

            migrationBuilder.DropTable(name: "grant_findings", schema: "governance_state");

            migrationBuilder.DropTable(name: "grants", schema: "governance_state");

            migrationBuilder.DropTable(name: "access_requests", schema: "governance_state");
        }
    }
}

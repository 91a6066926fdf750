-- A database for each service, owned by a login that may make the roles inside it, and nobody
-- else's way in. Run once by PostgreSQL's own image, on a new data folder; the passwords are
-- verifiers (deploy/postgres/passwords.py), so no password stands here or in the server's log.
\set ON_ERROR_STOP on
\set agency `cat /run/passwords/agency.verifier`
\set incident `cat /run/passwords/incident.verifier`
\set geo `cat /run/passwords/geo.verifier`
\set dispatch `cat /run/passwords/dispatch.verifier`
\set situation `cat /run/passwords/situation.verifier`

create role agency login createrole password :'agency';
create role incident login createrole password :'incident';
create role geo login createrole password :'geo';
create role dispatch login createrole password :'dispatch';
create role situation login createrole password :'situation';

create database agency owner agency;
create database incident owner incident;
create database geo owner geo;
create database dispatch owner dispatch;
create database situation owner situation;

-- who may connect is the owner and whom it lets in; as it comes, everybody may
revoke all on database agency, incident, geo, dispatch, situation, postgres, template1 from public;
